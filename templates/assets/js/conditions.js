// Questions asked only for some answers appear as soon as the answer on the same page is chosen. The server decides in the end.
export function askAsAnswered(form) {
  const conditional = [...form.querySelectorAll("[data-asked-if]")];
  if (!conditional.length) return;
  const given = (name) => {
    const values = [...form.elements].filter((one) => one.name === name && !one.disabled && (one.type !== "radio" && one.type !== "checkbox" || one.checked)).map((one) => one.value);
    if (values.length === 3 && form.querySelector(`[id="${name}-day"]`)) {
      const [day, month, year] = values;
      return year ? [`${year.padStart(4, "0")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`] : [];
    }
    return values.map((value) => value === "y" ? "agreed" : value.replaceAll(",", "")).filter(Boolean);
  };
  const met = ({ askedIf, operator, values }) => {
    const answers = given(askedIf);
    const wanted = values.split("\n");
    if (!answers.length) return false;
    if (operator === "is_one_of") return answers.some((one) => wanted.includes(one));
    if (operator === "is_none_of") return !answers.some((one) => wanted.includes(one));
    const [answer, bound] = /^\d+$/.test(wanted[0]) ? [Number(answers[0]), Number(wanted[0])] : [answers[0], wanted[0]];
    return operator === "at_least" ? answer >= bound : answer <= bound;
  };
  const show = () => {
    for (const one of conditional) {
      // A question of another page: the server has judged it, and nothing here changes that.
      if (!form.querySelector(`[name="${one.dataset.askedIf}"]`)) continue;
      const asked = met(one.dataset);
      one.hidden = !asked;
      one.disabled = !asked;
    }
  };
  form.addEventListener("input", show);
  show();
}
