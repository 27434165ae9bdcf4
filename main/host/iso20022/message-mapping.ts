import type { HostAnswer, HostOperation, HostRequest } from '../../contracts/host-operations.ts';
import type { CodeSealer } from '../signing/seal-code.ts';
import type { ExtValue } from './ext-body.ts';
import type { XmlTree } from './xml-tree.ts';
import type { Markup } from './xml-writer.ts';

export type Outcome = HostAnswer<HostOperation>['outcome'];

/** Who talks to whom; the same in every message of a terminal. */
export interface Parties {
  readonly terminalId: string;
  readonly acquirerId: string;
  readonly hostId: string;
}

export interface RequestContext extends Parties {
  readonly sealer: CodeSealer;
}

/** What the `Document` of an answer says about itself; `Ext` must say the same. */
export interface DocumentFacts {
  /** `undefined` where the message has no place for it. */
  readonly operationId?: string;
  readonly terminalId?: string;
  readonly originalMessageId?: string;
  readonly hostRef?: string;
  /** Outcomes that the status of the document allows; `undefined` where it has no status. */
  readonly outcomes?: readonly Outcome[];
}

/** One operation on the line. [MAPPING §5] */
export interface MessageMapping<Op extends HostOperation> {
  readonly requestName: string;
  readonly answerName: string;
  /** The child of `Document`. */
  writeDocument(request: HostRequest<Op>, context: RequestContext): Markup;
  /** Fields without an ISO element, in the order of the contract. */
  writeBody(body: HostRequest<Op>['body']): { readonly [field: string]: ExtValue };
  /** @throws UnreadableDocument */
  readFacts(document: XmlTree): DocumentFacts;
  /**
   * The answer's body from both places; it is checked by the contract's schema afterwards.
   *
   * @param ext  element named after the operation
   * @throws UnreadableDocument
   */
  readBody(document: XmlTree, ext: XmlTree, common: { readonly businessDay: string }): unknown;
}

export type Mappings<Ops extends HostOperation> = { readonly [Op in Ops]: MessageMapping<Op> };
