/**
 * Lets time go on until a promise has settled, and gives what it settled to.
 *
 * @param runUntil  lets it go on until this is so, or for as long as the bench waits; false, or an error: it never was
 */
export async function settled<T>(promise: Promise<T>, runUntil: (isSettled: () => boolean) => Promise<boolean | void>): Promise<T> {
  let isSettled = false;
  const marked = promise.finally(() => {
    isSettled = true;
  });
  if ((await runUntil(() => isSettled)) === false) throw new Error('the outcome did not come in the time that the bench waits');
  return marked;
}
