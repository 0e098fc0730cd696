// What an event of htmx is about. A page that comes back from the browser's history names neither: then it is where the event happens,
// and what happens to a bare text happens to the element around it.
const around = (node) => (node instanceof Element ? node : node?.parentElement) ?? document.body;

export const elementOf = (event) => around(event.detail.elt ?? event.target);
export const targetOf = (event) => around(event.detail.target ?? event.target);
