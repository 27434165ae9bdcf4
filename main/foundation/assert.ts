/** Our own mistake: a broken invariant. The core process dies of it, is started again and recovers from the journal. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** On in production. The message is constant text; values that could be personal are never put into it. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** For the end of an exhaustive `switch`. */
export function unreachable(value: never, what: string): never {
  throw new AssertionFailure(`${what}: impossible value ${JSON.stringify(value)}`);
}
