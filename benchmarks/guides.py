def rewrite_guides(results): pass
