/** The keys of a message tree with any text at the leaves: what a translation must have, no more and no less. */
export type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };
