import type { LinkReply } from './link.ts';
import type { CctalkLink } from './link.ts';
import { toldText } from '../life/ask-link.ts';
import type { HeaderName } from './headers.ts';

export interface Identity {
  /** As the device says it: "Coin Acceptor", "Payout". */
  readonly category: string;
  readonly model: string | null;
  readonly firmware: string | null;
  /** Three bytes, low first, as a decimal number; null: it has none. */
  readonly serialNumber: string | null;
  readonly serialBytes: readonly number[];
}

/** Who is there; nothing moves, nothing is set. null: no answer, or no category. */
export async function readIdentity(link: CctalkLink): Promise<Identity | null> {
  const ask = (header: HeaderName, answerBytes?: readonly number[]): Promise<LinkReply> => link.request({ header, isRepeatable: true, ...(answerBytes === undefined ? {} : { answerBytes }) });
  const text = async (header: HeaderName): Promise<string | null | undefined> => {
    const reply = await ask(header);
    return reply.kind === 'silent' ? undefined : reply.kind === 'refused' ? null : toldText(reply.data);
  };
  const poll = await ask('simplePoll', [0]);
  if (poll.kind !== 'answered') return null;
  const texts: (string | null)[] = [];
  for (const header of ['category', 'manufacturer', 'product', 'software'] as const) {
    const told = await text(header);
    if (told === undefined) return null;
    texts.push(told);
  }
  const serial = await ask('serialNumber', [3]);
  if (serial.kind === 'silent') return null;
  const serialBytes = serial.kind === 'answered' ? [...serial.data] : [];
  const [category, manufacturer, product, firmware] = texts as [string | null, string | null, string | null, string | null];
  if (category === null) return null;
  const model = [manufacturer, product].filter((part) => part !== null).join(' ');
  return { category, model: model === '' ? null : model, firmware, serialNumber: serialBytes.length === 0 ? null : String(serialBytes[0]! + serialBytes[1]! * 256 + serialBytes[2]! * 65_536), serialBytes };
}
