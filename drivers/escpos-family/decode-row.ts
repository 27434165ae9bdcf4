import type { ProtocolRow } from '../interfaces/protocol-row.ts';

/** What `qolma devices decode` shows: the same for every dialect. Loads the codec only now. */
export const decodeToRow: ProtocolRow['decode'] = async (bytes, from) => {
  const { decodePrinterBytes } = await import('./decode.ts');
  return decodePrinterBytes(from === 'host' ? 'toDevice' : 'toHost', bytes).map((text) => ({ kind: text.startsWith('noise') || text.endsWith('other bytes') ? 'noise' : from === 'host' ? 'command' : 'answer', text }));
};
