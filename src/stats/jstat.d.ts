/** The part of jstat that is used here; the package brings no types. */
declare module 'jstat' {
  const jstat: Readonly<{
    beta: Readonly<{ inv(p: number, a: number, b: number): number }>
    studentt: Readonly<{ inv(p: number, df: number): number }>
  }>
  export default jstat
}
