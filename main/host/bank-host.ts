import type { HostAnswer, HostFailure, HostHeader, HostOperation, HostRequest } from '../contracts/host-operations.ts';
import type { Result } from '../foundation/outcome.ts';

/** What was signed and is sent, byte for byte, on every attempt. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  /** SHA-256 of the canonical JSON (RFC 8785) of operation + business body + operationId, hex; the answer quotes it. [host-messages §5.3] */
  readonly digest: string;
  readonly keyId: string;
  /** ISO message id, `catp.006.001.03`, or our own, `own.receipt.send`. */
  readonly messageName: string;
}

/** Wire format of the host link: typed requests ⇄ signed documents. Pure but for the signing key; total on any answer bytes. */
export interface HostCodec {
  /** @error detail: our own document fails its schema: a bug; the message is parked, never sent */
  encodeRequest<Op extends HostOperation>(request: HostRequest<Op>): Result<EncodedMessage, { readonly detail: string }>;
  /** The same instruction as a new document: same operation id, body and digest, other ids and date, signed with the key of today. @error the bytes are not a request as this codec writes them */
  renewRequest(operation: HostOperation, bytes: Uint8Array, header: Pick<HostHeader, 'messageId' | 'seq' | 'createdAtUtcMs' | 'validUntilUtcMs' | 'nonce'>): Result<EncodedMessage, { readonly detail: string }>;
  /** Verifies signature, schemas, addressee and correlation before believing a byte. */
  decodeAnswer<Op extends HostOperation>(operation: Op, bytes: Uint8Array, expected: { readonly header: Pick<HostHeader, 'messageId' | 'operationId' | 'terminalId'>; readonly digest: string; /** Certificates are held against it. @default the wall clock */ readonly nowUtcMs?: number }): Result<HostAnswer<Op>, Extract<HostFailure, { kind: 'invalidAnswer' }>>;
}

/** One exchange on the line: POST one document, get one back. */
export interface HostLine {
  exchange(request: { readonly messageId: string; readonly messageName: string; readonly attempt: number; readonly bytes: Uint8Array; readonly timeoutMs: number }): Promise<Result<{ readonly bytes: Uint8Array; readonly httpStatus: number }, Exclude<HostFailure, { kind: 'invalidAnswer' }>>>;
  close(): Promise<void>;
}
