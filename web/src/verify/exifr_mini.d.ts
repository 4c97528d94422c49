declare module 'exifr/dist/mini.esm.mjs' {
  const exifr: { parse(input: Uint8Array, options: object): Promise<any> };
  export default exifr;
}
