/** XFS4IoT messages, the service's side, written from the notes. [xfs4iot §1.2, §1.3] */
export interface Command {
  readonly name: string;
  readonly version: string;
  readonly requestId: number;
  /** 0: no limit. */
  readonly timeoutMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** @returns null for what is no command: nobody to answer to */
export function readCommand(chunk: Uint8Array): Command | null {
  let value: { readonly header?: Record<string, unknown>; readonly payload?: unknown };
  try {
    value = JSON.parse(Buffer.from(chunk).toString('utf8')) as typeof value;
  } catch {
    return null;
  }
  const { type, name, version, requestId, timeout } = value?.header ?? {};
  if (type !== 'command' || typeof name !== 'string' || typeof version !== 'string' || typeof requestId !== 'number') return null;
  return { name, version, requestId, timeoutMs: typeof timeout === 'number' && timeout > 0 ? timeout : 0, payload: typeof value.payload === 'object' && value.payload !== null ? (value.payload as Record<string, unknown>) : {} };
}

export function buildMessage(header: Readonly<Record<string, unknown>>, payload?: unknown): Uint8Array {
  return Buffer.from(JSON.stringify({ header, ...(payload === undefined ? {} : { payload }) }));
}
