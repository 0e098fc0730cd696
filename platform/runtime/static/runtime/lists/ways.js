// Leads the list to another of its states, as a click on one of its links would.
export const goTo = (address) => {
  const way = document.querySelector("[data-list-way]");
  const link = way.cloneNode();
  link.setAttribute("href", address);
  link.setAttribute("hx-get", address);
  way.after(link);
  window.htmx.process(link);
  link.click();
};
