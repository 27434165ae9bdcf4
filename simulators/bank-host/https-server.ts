import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Bank, BankReply } from './bank.ts';
import type { SamplePki } from './pki.ts';
import { REQUEST_BYTES_MAX } from './wire/xml-reader.ts';

/** The bank's side of the line: POST one document, get one back, mutual TLS. [MAPPING §1] */
const MESSAGES_PATH = '/qolma/v1/messages';
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than a terminal keeps an idle connection: else both ends may close it in the moment in which a document goes out. */
const KEEP_ALIVE_MS = 65_000;

export interface BankServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * @param options.port 0 takes any free one
 * @param options.onError what went wrong inside the bank while answering; the terminal sees HTTP 500
 * @throws when the port cannot be had
 */
export async function serveBank(options: { readonly bank: Bank; readonly pki: SamplePki; readonly port: number; readonly onError: (error: unknown) => void }): Promise<BankServer> {
  const { bank, pki } = options;
  const sockets = new Set<Socket>();
  const server = createServer(
    { key: pki.host.keyPem, cert: pki.host.certificatePem, ca: pki.caPem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: 0, keepAlive: true, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      answer(bank, request, response).catch((error: unknown) => {
        options.onError(error);
        if (!response.headersSent) response.writeHead(500).end();
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    // A link that is down lets no handshake through: the terminal knows that nothing was sent.
    if (bank.faults.isLinkDown()) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  // A stranger's handshake fails here; it has no document to answer.
  server.on('tlsClientError', (_error, socket) => void socket.destroy());
  bank.onEvent(({ event }) => {
    if (event === 'host.link.changed' && bank.faults.isLinkDown()) for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(bank: Bank, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' || request.url !== MESSAGES_PATH) {
    response.writeHead(404).end();
    return;
  }
  const bytes = await readBody(request);
  if (bytes === undefined) {
    response.writeHead(413).end();
    request.socket.destroy();
    return;
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));
  send(await bank.handle({ bytes, headers, peerTerminalId: peerName(request.socket as TLSSocket) }), request, response);
}

function send(reply: BankReply, request: IncomingMessage, response: ServerResponse): void {
  switch (reply.kind) {
    case 'answer':
      response.writeHead(reply.httpStatus, { ...reply.headers, 'content-length': reply.bytes.length }).end(reply.bytes);
      return;
    case 'silent':
      // The request stays open; the terminal's time-out or the end of the process closes it.
      return;
    case 'closed':
    case 'unreachable':
      request.socket.destroy();
  }
}

/** Undefined when it is longer than a document may be. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    lengthBytes += chunk.length;
    if (lengthBytes > REQUEST_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Common name of the client certificate: the terminal id. */
function peerName(socket: TLSSocket): string {
  const name = socket.getPeerCertificate().subject?.CN;
  return Array.isArray(name) ? (name[0] ?? '') : (name ?? '');
}
