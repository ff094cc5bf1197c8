// A table that fits needs no stop for the keyboard; one that scrolls keeps it.
export function plainRegions(root) {
  const settle = () => root.querySelectorAll(".app-table-region").forEach((region) => {
    const scrolls = region.scrollWidth > region.clientWidth;
    region.classList.toggle("app-table-region--scrolls", scrolls);
    if (scrolls) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  });
  settle();
  addEventListener("resize", settle);
}
