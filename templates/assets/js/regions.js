// A table that fits needs no stop for the keyboard; one that scrolls keeps it.
export function plainRegions(root) {
  const settle = () => root.querySelectorAll(".app-table-region").forEach((region) => {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  });
  settle();
  addEventListener("resize", settle);
}
