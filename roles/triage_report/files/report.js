// Sorts and filters the table of alerts. All texts are in the page already; nothing is made from them but comparisons.
(function () {
  "use strict";
  var table = document.getElementById("alerts-table");
  if (!table) { return; }
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var controls = document.getElementById("alerts-controls");
  var search = document.getElementById("filter-text");
  var severity = document.getElementById("filter-severity");
  var status = document.getElementById("filter-status");
  var counter = document.getElementById("filter-count");
  var collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });

  function value(row, column) {
    var cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
  }

  function compare(one, other) {
    return typeof one === "number" ? one - other : collator.compare(one, other);
  }

  function sort(heading, column) {
    var descending = heading.getAttribute("aria-sort") === "ascending";
    Array.prototype.forEach.call(heading.parentNode.cells, function (cell) { cell.removeAttribute("aria-sort"); });
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    var order = Array.prototype.slice.call(body.rows).map(function (row) { return [value(row, column), row]; });
    order.sort(function (one, other) { return (descending ? -1 : 1) * compare(one[0], other[0]); });
    var sorted = document.createDocumentFragment();
    order.forEach(function (pair) { sorted.appendChild(pair[1]); });
    body.appendChild(sorted);
  }

  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row, number) {
      var fits = (!severity.value || row.dataset.severity === severity.value)
        && (!status.value || row.dataset.status === status.value)
        && words.every(function (word) { return texts[number].indexOf(word) !== -1; });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    counter.textContent = shown + " of " + rows.length + " alerts";
  }

  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (heading, column) {
    heading.querySelector("button").addEventListener("click", function () { sort(heading, column); });
  });
  search.addEventListener("input", filter);
  severity.addEventListener("change", filter);
  status.addEventListener("change", filter);
  controls.hidden = false;
  filter();
}());
