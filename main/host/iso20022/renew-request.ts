import type { HostHeader } from '../../contracts/host-operations.ts';
import { utcMsToIso } from './xml-writer.ts';

/** What a new document for an old instruction has of its own; operation id, business day and body stay. [host-messages §5.4 "new message with `replaces`"] */
export type RenewedHeader = Pick<HostHeader, 'messageId' | 'seq' | 'createdAtUtcMs' | 'validUntilUtcMs' | 'nonce'>;

const EXT_OPEN = '<Ext ';
const BODY_OPEN = '<body>';
const EXCHANGE_ID_MODULUS = 1000;

/**
 * The text of a signed request of ours as another document: other ids of the document, another date, no signature. Only whole elements of the frame are exchanged, found by the values that the
 * frame of `Ext` names; the business content keeps its bytes, and so its digest.
 *
 * @returns undefined when it is not a request as we write them
 */
export function renewedRequest(text: string, header: RenewedHeader, keyId: string): { readonly withoutHolder: string; readonly withHolder: string; readonly digest: string } | undefined {
  const [extAt, bodyAt] = [text.indexOf(EXT_OPEN), text.indexOf(BODY_OPEN)];
  if (extAt < 0 || bodyAt < extAt) return undefined;
  const [documents, frame, rest] = [text.slice(0, extAt), text.slice(extAt, bodyAt), text.slice(bodyAt)];
  const valueOf = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(frame)?.[1];
  const [messageId, createdAt, seq, digest] = [valueOf('msgId'), valueOf('createdAt'), valueOf('seq'), valueOf('digest')];
  if (messageId === undefined || createdAt === undefined || seq === undefined || digest === undefined || !/^\d{1,15}$/.test(createdAt)) return undefined;
  const own: Readonly<Record<string, string>> = { msgId: header.messageId, seq: String(header.seq), createdAt: String(header.createdAtUtcMs), validUntil: String(header.validUntilUtcMs), nonce: header.nonce, keyId };
  const newFrame = Object.entries(own).reduce((markup, [name, value]) => markup.replace(new RegExp(`<${name}>[^<]*</${name}>`), `<${name}>${value}</${name}>`), frame);
  const [oldTime, newTime] = [utcMsToIso(Number(createdAt)), utcMsToIso(header.createdAtUtcMs)];
  const newDocuments = documents
    .replace(/<Sgntr>.*<\/Sgntr>/s, '')
    .replaceAll(/<(BizMsgIdr|MsgId|PmtInfId|CreDt|CreDtTm|TxDtTm|DtTm|SeqNb|XchgId)>([^<]*)<\/\1>/g, (whole, name: string, value: string) => {
      if (name === 'SeqNb') return `<SeqNb>${header.seq}</SeqNb>`;
      if (name === 'XchgId') return `<XchgId>${String(header.seq % EXCHANGE_ID_MODULUS).padStart(3, '0')}</XchgId>`;
      return value === messageId ? `<${name}>${header.messageId}</${name}>` : value === oldTime ? `<${name}>${newTime}</${name}>` : whole;
    });
  const withoutHolder = newDocuments + newFrame + rest;
  return { withoutHolder, withHolder: withoutHolder.replace('</AppHdr>', '<Sgntr></Sgntr></AppHdr>'), digest };
}
