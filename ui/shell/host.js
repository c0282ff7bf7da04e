// What Gradio gives the script of a component (`js_on_load` of gr.HTML).

/**
 * @typedef {object} Host
 * @property {any} element  the component's own element
 * @property {any} props  its properties; `props.value` is the latest value
 * @property {Record<string, (asked: object) => Promise<any>>} server  functions of the app, by name
 * @property {(event: string, data: object) => void} trigger  send the app an event
 * @property {(file: File) => Promise<{ path: string }>} upload  send the app a file
 * @property {(name: string, changed: () => void) => void} watch  hear of a property's changes
 * @property {any} [root]  the element that the script draws in
 */

export {};
