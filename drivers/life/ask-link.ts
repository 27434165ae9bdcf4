import type { Result } from '../../main/foundation/outcome.ts';
import type { TransportError } from '../transport/transport.ts';

interface OpenedForOnce {
  open(): Promise<Result<void, TransportError>>;
  close(): Promise<void>;
}

/** Opens a link for one question, without the life of a device around it. null: the port did not open, or `ask` found nobody. */
export async function askLink<L extends OpenedForOnce, Answer>(link: L, ask: (link: L) => Promise<Answer | null>): Promise<Answer | null> {
  const opened = await link.open();
  if (!opened.ok) return null;
  try {
    return await ask(link);
  } finally {
    await link.close();
  }
}

/** Text of a device for a list: what can be printed of it, at most 60 characters; null: nothing is left. */
export function toldText(bytes: Uint8Array | string): string | null {
  const text = (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')).replace(/[^\x20-\x7e]/g, ' ').trim().slice(0, 60);
  return text === '' ? null : text;
}
