/** What all of these answer, or the first error: thrown when every one has ended, so that nothing goes on behind it. */
export async function allEnded<Values extends readonly unknown[] | []>(
  works: Values,
): Promise<{ -readonly [Place in keyof Values]: Awaited<Values[Place]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
