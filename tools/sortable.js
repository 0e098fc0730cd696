// What the product uses of SortableJS; tools/vendor.py makes one file of it.
export { default } from "sortablejs";
