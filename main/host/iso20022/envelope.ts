import { XmlElement } from 'libxml2-wasm';
import type { XmlDocument, XmlTreeNode } from 'libxml2-wasm';
import type { HostHeader, HostOperation, HostRequest } from '../../contracts/host-operations.ts';
import { writeFields } from './ext-body.ts';
import type { ExtValue } from './ext-body.ts';
import type { Parties } from './message-mapping.ts';
import { partyElements } from './parties.ts';
import { ENVELOPE_NAMESPACE, EXT_NAMESPACE, HEADER_NAME, messageNamespace } from './schemas.ts';
import type { Schemas } from './schemas.ts';
import { element, leaf, optionalLeaf, timeLeaf } from './xml-writer.ts';
import type { Markup } from './xml-writer.ts';

/** Header, document and `Ext` in one envelope under one signature, so that none can be swapped. [host-messages §3.2, MAPPING §2] */
const BUSINESS_SERVICE = 'qolma-link.1';
export const EXT_VERSION = '1';

/** Where the signature goes once it is made; in between the two texts lies nothing else. */
export interface UnsignedEnvelope {
  /** Without the holder of the signature: what the schemas check. */
  readonly withoutHolder: string;
  /** With an empty holder: what is signed. */
  readonly withHolder: string;
}

/** @param parts.document  child of `Document` */
export function writeEnvelope(parts: { readonly messageName: string; readonly document: Markup; readonly ext: Markup; readonly header: HostHeader; readonly parties: Parties }): UnsignedEnvelope {
  const holder = element('Sgntr');
  const withHolder = element(
    'Envelope',
    [
      element(
        'AppHdr',
        [
          ...partyElements(parts.parties),
          leaf('BizMsgIdr', parts.header.messageId),
          leaf('MsgDefIdr', parts.messageName),
          leaf('BizSvc', BUSINESS_SERVICE),
          timeLeaf('CreDt', parts.header.createdAtUtcMs),
          holder,
        ],
        { xmlns: messageNamespace(HEADER_NAME) },
      ),
      element('Document', [parts.document], { xmlns: messageNamespace(parts.messageName) }),
      parts.ext,
    ],
    { xmlns: ENVELOPE_NAMESPACE },
  ).markup;
  // Markup cannot come out of a value, so the holder stands there once.
  return { withoutHolder: withHolder.replace(holder.markup, ''), withHolder };
}

/** `Ext` of a request. [MAPPING §3] */
export function writeExtRequest<Op extends HostOperation>(request: HostRequest<Op>, own: { readonly digest: string; readonly keyId: string; readonly body: { readonly [field: string]: ExtValue } }): Markup {
  const { header } = request;
  return element(
    'Ext',
    [
      element('Request', [
        leaf('op', request.operation),
        leaf('v', EXT_VERSION),
        leaf('msgId', header.messageId),
        leaf('opId', header.operationId),
        leaf('terminalId', header.terminalId),
        leaf('seq', String(header.seq)),
        optionalLeaf('sessionId', header.sessionId),
        leaf('createdAt', String(header.createdAtUtcMs)),
        leaf('validUntil', String(header.validUntilUtcMs)),
        leaf('nonce', header.nonce),
        optionalLeaf('businessDay', header.businessDay),
        leaf('lang', header.language),
        leaf('digest', own.digest),
        leaf('keyId', own.keyId),
        element('body', [element(request.operation, writeFields(own.body))]),
      ]),
    ],
    { xmlns: EXT_NAMESPACE },
  );
}

/**
 * Shape of an envelope and the schemas of its three parts.
 *
 * @returns  what is wrong, in constant words and element names, or `undefined`
 */
export function envelopeFault(document: XmlDocument, messageName: string, schemas: Schemas): string | undefined {
  const { root } = document;
  if (root.name !== 'Envelope' || root.namespaceUri !== ENVELOPE_NAMESPACE) return 'the root is not our envelope';
  if (root.attrs.length > 0) return 'the envelope has attributes';
  const parts: XmlElement[] = [];
  for (let child: XmlTreeNode | null = root.firstChild; child !== null; child = child.next) {
    if (!(child instanceof XmlElement)) return 'the envelope holds text';
    parts.push(child);
  }
  const [header, body, ext] = parts;
  if (header === undefined || body === undefined || ext === undefined || parts.length !== 3) return 'the envelope does not hold exactly header, document and Ext';
  if (header.name !== 'AppHdr' || header.namespaceUri !== messageNamespace(HEADER_NAME)) return 'the first part is not the header';
  if (body.name !== 'Document' || body.namespaceUri !== messageNamespace(messageName)) return 'the document is not in the namespace of the expected message';
  if (ext.name !== 'Ext' || ext.namespaceUri !== EXT_NAMESPACE) return 'the third part is not Ext';
  return schemas.fault(HEADER_NAME, header) ?? schemas.fault(messageName, body) ?? schemas.fault('ext', ext);
}
