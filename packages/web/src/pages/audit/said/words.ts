// Names of the record as words.

/** `freshSuccess`, `leak-found`: fresh success, leak found. */
export const words = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase()
