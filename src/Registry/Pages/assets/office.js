"use strict";
// Nothing needs this file: it saves a long form while it is typed, and warns before an oversized file is sent.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = document.getElementById("saved");
  let changed = false, busy = false;
  form.addEventListener("input", e => { if (e.target.type !== "file") changed = true; });
  form.addEventListener("submit", () => { changed = false; busy = true; });
  setInterval(async () => {
    if (!changed || busy) return;
    changed = false;
    busy = true;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("autosave", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "error" });
      if (answer.ok) {
        const kept = await answer.json();
        form.elements.namedItem("saves").value = kept.saves;
        form.elements.namedItem("key").value = kept.key;
        if (status) status.textContent = form.dataset.autosave.replace("{when}", kept.at);
      } else {
        changed = true;
      }
    } catch {
      changed = true;
    }
    busy = false;
  }, 10000);
})();
