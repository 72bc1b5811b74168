// Copyright (c) 2026, The groupshare.gitlab authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sorting and filtering. Without it the page shows everything, gaps first.
"use strict";
(() => {
  const collator = new Intl.Collator("en", { numeric: true });
  const textOf = (row, column) => row.cells[column].textContent;
  const keyOf = (row, column) => row.cells[column].dataset.key;

  // Numbers go by data-key, where all cells of a column have one; the rest goes by what is read.
  const sort = (body, column, down) => {
    const rows = [...body.rows];
    const numbers = rows.every((row) => keyOf(row, column) !== undefined);
    const keyed = rows.map((row) => [numbers ? Number(keyOf(row, column)) : textOf(row, column), row]);
    const compare = numbers ? (a, b) => a - b : collator.compare;
    keyed.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
    const sorted = document.createDocumentFragment();
    for (const [, row] of keyed) sorted.append(row);
    body.append(sorted);
  };

  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    for (const head of heads) {
      // Beside the text, not around it: a browser prints the head on each page only if no button is in it.
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `Sort by ${head.textContent}`);
      head.append(button);
      head.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table.tBodies[0], head.cellIndex, down);
      });
    }
  };

  const kinds = {
    "": "all",
    "missing": "missing",
    "below_level": "below the level",
    "blocked": "cannot be shared",
    "shared": "shared",
    "inherited": "left out",
    "through": "through a group above",
    "soon": "ending soon",
  };

  const labelled = (text, control) => {
    const label = document.createElement("label");
    label.append(text + " ", control);
    return label;
  };

  const makeFilter = (table) => {
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => textOf(row, 0).toLowerCase());
    const search = document.createElement("input");
    search.type = "search";
    const kind = document.createElement("select");
    for (const [value, text] of Object.entries(kinds)) kind.add(new Option(text, value));
    const shown = document.createElement("output");
    let fromStart = false; // whether the text was put in by a link to a top-level group
    const apply = () => {
      const wanted = search.value.trim().toLowerCase();
      let count = 0;
      rows.forEach((row, index) => {
        const named = fromStart ? texts[index].startsWith(wanted) : texts[index].includes(wanted);
        const fits = named && (!kind.value || row.classList.contains(kind.value));
        row.hidden = !fits;
        count += fits;
      });
      shown.value = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
    };
    search.addEventListener("input", () => {
      fromStart = false;
      apply();
    });
    kind.addEventListener("input", apply);
    const line = document.createElement("p");
    line.className = "filter";
    line.append(labelled("Path contains", search), labelled("State", kind), shown);
    table.before(line);
    apply();
    return (text) => {
      search.value = text;
      kind.value = "";
      fromStart = true;
      apply();
    };
  };

  for (const table of document.querySelectorAll("table.sortable")) makeSortable(table);
  for (const section of document.querySelectorAll("section")) {
    const table = section.querySelector("table.projects");
    if (!table) continue;
    const only = makeFilter(table);
    for (const link of section.querySelectorAll("a[data-only]")) {
      link.addEventListener("click", () => only(link.dataset.only));
    }
  }
})();
