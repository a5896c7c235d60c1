/** The product version, put in by `build.ts`. */
declare const VERSION: string;

/** A style sheet as minified text (Vite's `?inline`). */
declare module '*.css?inline' {
  const css: string;
  export default css;
}
