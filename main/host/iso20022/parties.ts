import type { Parties } from './message-mapping.ts';
import type { Markup } from './xml-writer.ts';
import { element, leaf } from './xml-writer.ts';

type Ends = Pick<Parties, 'terminalId' | 'hostId'>;

/** From whom and to whom, the first elements of each header. [MAPPING §2] */
export function partyElements({ terminalId, hostId }: Ends): readonly [Markup, Markup] {
  return [element('Fr', [party(terminalId)]), element('To', [party(hostId)])];
}

/**
 * Which of these names a stored request of ours does not bear. An answer to it names those that it bears, and one that names others is not believed.
 *
 * @returns null: it bears both, or is no request of this form
 */
export function otherName(bytes: Uint8Array, ends: Ends): keyof Ends | null {
  const text = Buffer.from(bytes).toString('utf8');
  const [from, to] = partyElements(ends);
  if (!text.includes('<Fr>')) return null;
  return !text.includes(from.markup) ? 'terminalId' : text.includes(to.markup) ? null : 'hostId';
}

const party = (id: string): Markup => element('OrgId', [element('Id', [element('OrgId', [element('Othr', [leaf('Id', id)])])])]);
