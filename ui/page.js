// The newest question at the top of the window once its answer is there.
window.bylineShowLast = () => {
  const turn = document.querySelector("#thread .turn:last-of-type");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  turn?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
};
