/** What the page says, in the language the server chose. */
const text = JSON.parse(document.getElementById("text").textContent);

/** The text of a key, {name} replaced by values.name; undefined for an unknown key. */
export function say(key, values = {}) {
  return text[key]?.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** What was recognised as [name, label] pairs in words. */
export function describe(attributes) {
  return Object.entries(attributes).map(([name, { label }]) => [
    say(name) ?? name,
    say(`${name}_${label}`) ?? label,
  ]);
}
