import type { JournalEntry } from '../../main/journal/journal.ts';

const VOUCHING: readonly string[] = ['journal.sealed', 'key.introduced', 'seal.held', 'retention.policySet'];
const CARRIES_A_SEAL: readonly string[] = ['journal.seal', 'recon.totals'];

/** What a repeated run writes again, byte for byte: not the certificate, which is signed anew with each set of keys, nor the seals, which vouch for it, nor what is made of a seal's hash, nor the bank's policy with its signature. */
export function courseOf(entries: readonly JournalEntry[]): string {
  const isOfSeal = (one: JournalEntry) => one.kind === 'message.staged' && CARRIES_A_SEAL.includes((one as JournalEntry<'message.staged'>).data.operation);
  return entries
    .filter(({ kind }) => !VOUCHING.includes(kind))
    .map((one) => `${one.kind} ${one.atUtcMs} ${JSON.stringify(one.data, isOfSeal(one) ? (key, value: unknown) => (key === 'digest' ? undefined : value) : undefined)}`)
    .join('\n');
}
