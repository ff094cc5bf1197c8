// Two buttons that only make sense with a browser that can do it: print this page, copy that text.
export function printButtons(root) {
  root.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
}

export function copyButtons(root) {
  root.querySelectorAll("[data-copy]").forEach((button) => {
    const source = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.value);
        status.textContent = "Copied";
      } catch {
        source.focus();
        source.select();
        status.textContent = "Selected: copy it with your keyboard";
      }
    });
  });
}
