// Letters are leafed through with the arrow keys, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = way && document.querySelector(`.letter-steps a[rel=${way}]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
