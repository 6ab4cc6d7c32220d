/** Vite turns `file?inline` into a data URL, so that the built program needs no file beside it. */
declare module '*?inline' {
  const dataUrl: string;
  export default dataUrl;
}
