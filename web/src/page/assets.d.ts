// What web/build.mjs puts in place of these.
declare module 'exhibit:strings' {
  const tables: Record<string, Record<string, string>>;
  export default tables;
}
declare module 'exhibit:worker' {
  const source: string;
  export default source;
}
declare module 'exhibit:credentials-reader' {
  export const files: { path: string; sha256: string }[];
}
