// A page left open must not go on saying "in 20 minutes": the time left runs on from the server's instant, not this clock's.
const UNITS = [[86400, "day", 2 * 86400], [3600, "hour", 2 * 3600], [60, "minute", 60]];

export function runDown(element) {
  const begun = performance.now();
  const given = (Date.parse(element.dataset.closesAt) - Date.parse(element.dataset.now)) / 1000;
  const show = () => {
    const left = given - (performance.now() - begun) / 1000;
    const text = left <= 0 ? "closed now" : words(left);
    if (element.textContent !== text) element.textContent = text;
  };
  setInterval(show, 5000);
  document.addEventListener("visibilitychange", show);
}

function words(left) {
  const unit = UNITS.find(([, , from]) => left >= from);
  if (!unit) return "in less than a minute";
  const count = Math.floor(left / unit[0]);
  return `in ${count} ${unit[1]}${count === 1 ? "" : "s"}`;
}
