"use strict";
// The page's first link, which leads a keyboard past everything to the question.
window.byline.onStart(() => {
  const { make } = window.byline;
  const skip = make("a", { id: "skip", href: "#question" }, "Skip to the question");
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("#ask-button")?.click();
    document.querySelector("#question")?.focus();
  });
  document.body.prepend(skip);
});
