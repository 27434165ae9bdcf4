import type { MessageTransport } from '../../drivers/transport/message-socket.ts';
import type { Transport } from '../../drivers/transport/transport.ts';

/** Text messages over a byte line that keeps chunks whole. */
export function messagesOver(transport: Transport): MessageTransport {
  return {
    name: transport.name,
    open: () => transport.open(),
    send: (text) => transport.write(Buffer.from(text, 'utf8')),
    close: () => transport.close(),
    onMessage: (listener) => transport.onData((chunk) => listener(Buffer.from(chunk).toString('utf8'))),
    onClosed: (listener) => transport.onClosed(listener),
  };
}
