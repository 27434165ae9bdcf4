import { createHash, createPrivateKey, sign } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import type { HostHeader, HostOperation } from '../../main/contracts/host-operations.ts';
import { SAMPLE_HOST, sampleAnswers } from './host-samples.ts';

/**
 * A bank's hand for tests: answers written as plain text from MAPPING.md and signed with `node:crypto` alone. It shares no code with the codec
 * under test, so a mistake there cannot cancel itself out here.
 */
export interface AnswerPlan {
  readonly operation: HostOperation;
  readonly header: HostHeader;
  readonly digest: string;
  readonly outcome?: 'approved' | 'partial' | 'declined' | 'inProcess' | 'notFound';
  readonly refusal?: string;
  readonly retryable?: boolean;
  readonly blockedUntilUtcMs?: number;
  /** Any field of `Ext/Answer` replaced, or of the whole text by `edit`, before signing. */
  readonly ext?: Partial<Record<'op' | 'msgId' | 'inReplyTo' | 'opId' | 'terminalId' | 'digest' | 'keyId', string>>;
  readonly edit?: (unsigned: string) => string;
  readonly from?: string;
  readonly to?: string;
}

export interface SigningPair {
  readonly certificatePem: string;
  readonly keyPem: string;
}

const HOST_MESSAGE_ID = 'H-01KAJ1S7M2ZQ4VE0000000000Z';
const HOST_TIME = '2026-11-21T05:15:31.000Z';
const HOST_TIME_MS = Date.UTC(2026, 10, 21, 5, 15, 31);
const HOST_REF = 'BANK-REF-1';

interface CatpFrame {
  readonly name: string;
  readonly root: string;
  readonly functionCode: string;
  readonly service: string;
}

const INQUIRY: CatpFrame = { name: 'catp.007.001.03', root: 'ATMNqryRspn', functionCode: 'INQP', service: 'CMPF' };
const RESPONSE = { approved: 'APPR', partial: 'PART', declined: 'DECL', inProcess: 'DECL', notFound: 'DECL' } as const;
const REASON = { approved: '', partial: '', declined: '<RspnRsn>OTHR</RspnRsn>', inProcess: '<RspnRsn>TXNG</RspnRsn>', notFound: '<RspnRsn>ORGF</RspnRsn>' } as const;
const PAYMENT_STATUS = { approved: 'ACSC', partial: 'ACSC', declined: 'RJCT', inProcess: 'PDNG', notFound: 'RJCT' } as const;

export function hostAnswerText(plan: AnswerPlan, keyId: string): string {
  const { header, operation } = plan;
  const outcome = plan.outcome ?? 'approved';
  const { name, document } = answerDocument(plan, outcome);
  const namespace = name.startsWith('own.') ? 'urn:qolma:own:1' : `urn:iso:std:iso:20022:tech:xsd:${name}`;
  const party = (id: string) => `<OrgId><Id><OrgId><Othr><Id>${id}</Id></Othr></OrgId></Id></OrgId>`;
  const common = { op: operation, msgId: HOST_MESSAGE_ID, inReplyTo: header.messageId, opId: header.operationId, terminalId: header.terminalId, digest: plan.digest, keyId, ...plan.ext };
  const isDone = outcome === 'approved' || outcome === 'partial';
  const refusal =
    outcome === 'declined' ? `<refusal>${plan.refusal ?? 'RF-09'}</refusal><retryable>${plan.retryable ?? false}</retryable>${plan.blockedUntilUtcMs === undefined ? '' : `<blockedUntil>${plan.blockedUntilUtcMs}</blockedUntil>`}` : '';
  const text =
    `<Envelope xmlns="urn:qolma:envelope:1"><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.04"><Fr>${party(plan.from ?? SAMPLE_HOST)}</Fr><To>${party(plan.to ?? header.terminalId)}</To>` +
    `<BizMsgIdr>${HOST_MESSAGE_ID}</BizMsgIdr><MsgDefIdr>${name}</MsgDefIdr><BizSvc>qolma-link.1</BizSvc><CreDt>${HOST_TIME}</CreDt><Sgntr></Sgntr></AppHdr>` +
    `<Document xmlns="${namespace}">${document}</Document>` +
    `<Ext xmlns="urn:qolma:ext:1"><Answer><op>${common.op}</op><v>1</v><msgId>${common.msgId}</msgId><inReplyTo>${common.inReplyTo}</inReplyTo><opId>${common.opId}</opId><terminalId>${common.terminalId}</terminalId>` +
    `<digest>${common.digest}</digest><hostRef>${HOST_REF}</hostRef><hostTime>${HOST_TIME_MS}</hostTime><businessDay>2026-11-21</businessDay><outcome>${outcome}</outcome>${refusal}<keyId>${common.keyId}</keyId>` +
    `${isDone ? `<body><${operation}>${sampleAnswers[operation].ext}</${operation}></body>` : ''}</Answer></Ext></Envelope>`;
  return plan.edit?.(text) ?? text;
}

function answerDocument(plan: AnswerPlan, outcome: NonNullable<AnswerPlan['outcome']>): { readonly name: string; readonly document: string } {
  const { header, operation } = plan;
  const isDone = outcome === 'approved' || outcome === 'partial';
  const answer = sampleAnswers[operation];
  const iso = isDone ? (answer.iso ?? '') : '';
  const response = `<Rspn>${RESPONSE[outcome]}</Rspn>${REASON[outcome]}`;
  const catp = (frame: CatpFrame, transaction: string, form: 'answer' | 'ack') => catpDocument(frame, header, { transaction, form, customer: isDone ? (answer.customer ?? '') : '' });
  switch (operation) {
    case 'client.find':
    case 'client.disambiguate':
    case 'client.accounts':
    case 'otp.request':
    case 'otp.verify':
    case 'fee.quote':
    case 'pay.check':
      return catp({ ...INQUIRY, service: operation === 'client.accounts' ? 'ACCD' : 'CMPF' }, `<TxRspn>${response}</TxRspn>${iso}`, 'answer');
    case 'cash.withdraw':
      return catp(
        { name: 'catp.002.001.03', root: 'ATMWdrwlRspn', functionCode: 'WITP', service: 'STDR' },
        `<TtlAuthrsdAmt><Amt>${iso === '' ? '0.00' : iso}</Amt><Ccy>KZT</Ccy></TtlAuthrsdAmt><AuthstnRslt><AuthstnRspn>${response}</AuthstnRspn>${isDone ? '<AuthstnCd>A1B2C3</AuthstnCd>' : ''}</AuthstnRslt>`,
        'answer',
      );
    case 'cash.withdraw.complete':
      return catp({ name: 'catp.004.001.03', root: 'ATMWdrwlCmpltnAck', functionCode: 'WITK', service: 'STDR' }, response, 'ack');
    case 'cash.deposit':
      return catp({ name: 'catp.013.001.02', root: 'ATMDpstRspn', functionCode: 'DPSP', service: 'DPSV' }, `<TtlAuthrsdAmt><Amt>${iso === '' ? '0.00' : iso}</Amt><Ccy>KZT</Ccy></TtlAuthrsdAmt><AuthstnRslt><AuthstnRspn>${response}</AuthstnRspn></AuthstnRslt>`, 'answer');
    case 'cash.deposit.complete':
      return catp({ name: 'catp.015.001.02', root: 'ATMDpstCmpltnAck', functionCode: 'DPSK', service: 'DPSV' }, response, 'ack');
    case 'device.exception':
      return catp({ name: 'caam.012.001.02', root: 'ATMXcptnAck', functionCode: 'EXPK', service: 'STDR' }, `<Rspn>${RESPONSE[outcome]}</Rspn>`, 'ack');
    case 'recon.totals': {
      const transactionId = `<TxId><TxDtTm>2026-11-21T05:15:30.123Z</TxDtTm><HstTxDtTm>${HOST_TIME}</HstTxDtTm><TxRef>${header.operationId}</TxRef></TxId>`;
      return { name: 'caam.010.001.03', document: `<ATMRcncltnAck>${catpHeader('BALN', header)}<ATMRcncltnAck><ATM><Id>${header.terminalId}</Id></ATM><Tx>${transactionId}<RcncltnId>2026-11-20</RcncltnId><TxRspn>${response}</TxRspn></Tx></ATMRcncltnAck></ATMRcncltnAck>` };
    }
    case 'link.signon':
      return { name: 'caam.002.001.04', document: `<ATMDvcCtrl>${catpHeader('DVCC', header)}<ATMDvcCtrl><Envt><ATM><Id>${header.terminalId}</Id></ATM></Envt></ATMDvcCtrl></ATMDvcCtrl>` };
    case 'link.heartbeat':
      return { name: 'caam.006.001.02', document: `<ATMDgnstcRspn>${catpHeader('DIAP', header)}<ATMDgnstcRspn><Envt><ATM><Id>${header.terminalId}</Id><BaseCcy>KZT</BaseCcy></ATM></Envt></ATMDgnstcRspn></ATMDgnstcRspn>` };
    case 'catalogue.sync':
      return { name: 'admi.010.001.02', document: `<StatcDataRpt><MsgId>${HOST_MESSAGE_ID}</MsgId><RptDtls><Tp>CATALOGUE</Tp><ReqRef>${header.messageId}</ReqRef><RptKey><Key>8</Key></RptKey></RptDtls></StatcDataRpt>` };
    case 'pay.provider':
      return {
        name: 'pain.002.001.15',
        document:
          `<CstmrPmtStsRpt><GrpHdr><MsgId>${HOST_MESSAGE_ID}</MsgId><CreDtTm>${HOST_TIME}</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${header.messageId}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.13</OrgnlMsgNmId></OrgnlGrpInfAndSts>` +
          `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${header.messageId}</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>${header.operationId}</OrgnlEndToEndId><TxSts>${PAYMENT_STATUS[outcome]}</TxSts>` +
          `${outcome === 'declined' ? `<StsRsnInf><Rsn><Prtry>${plan.refusal ?? 'RF-09'}</Prtry></Rsn></StsRsnInf>` : ''}<AcctSvcrRef>${HOST_REF}</AcctSvcrRef></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt>`,
      };
    default:
      return { name: `own.${operation}`, document: `<Message><MsgId>${HOST_MESSAGE_ID}</MsgId><Op>${operation}</Op><Kind>answer</Kind></Message>` };
  }
}

function catpHeader(functionCode: string, header: HostHeader): string {
  return `<Hdr><MsgFctn><Fctn>${functionCode}</Fctn></MsgFctn><PrtcolVrsn>3.0</PrtcolVrsn><XchgId>321</XchgId><CreDtTm>${HOST_TIME}</CreDtTm><InitgPty>${header.terminalId}</InitgPty><RcptPty>${SAMPLE_HOST}</RcptPty></Hdr>`;
}

function catpDocument(frame: CatpFrame, header: HostHeader, parts: { readonly transaction: string; readonly form: 'answer' | 'ack'; readonly customer: string }): { readonly name: string; readonly document: string } {
  const atm = `<ATM><Id>${header.terminalId}</Id></ATM>`;
  const environment = parts.form === 'ack' ? atm : `<Envt>${atm}<Cstmr>${parts.customer}</Cstmr></Envt>`;
  const transactionId = `<TxId><TxDtTm>2026-11-21T05:15:30.123Z</TxDtTm><HstTxDtTm>${HOST_TIME}</HstTxDtTm><TxRef>${header.operationId}</TxRef></TxId>`;
  const body = `${environment}<Cntxt>${header.sessionId === null ? '' : `<SsnRef>${header.sessionId}</SsnRef>`}<Svc><SvcTp>${frame.service}</SvcTp></Svc></Cntxt><Tx>${transactionId}${parts.transaction}</Tx>`;
  return { name: frame.name, document: `<${frame.root}>${catpHeader(frame.functionCode, header)}<${frame.root}>${body}</${frame.root}></${frame.root}>` };
}

/** Lower-case hex serial number of the certificate. */
export function keyIdOf(pair: SigningPair): string {
  return new X509Certificate(pair.certificatePem).serialNumber.toLowerCase().replace(/^0+/, '');
}

/** Signs text with an empty holder by the pinned profile. */
export function signAsHost(unsigned: string, pair: SigningPair): Buffer {
  const digest = createHash('sha256').update(unsigned).digest('base64');
  const info = (declaration: string) =>
    `<ds:SignedInfo${declaration}><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>` +
    '<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>' +
    `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = sign('sha256', Buffer.from(info(' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"')), { key: createPrivateKey(pair.keyPem), dsaEncoding: 'ieee-p1363' }).toString('base64');
  return Buffer.from(unsigned.replace('<Sgntr></Sgntr>', `<Sgntr><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${info('')}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature></Sgntr>`));
}

/** The whole answer, signed. */
export function hostAnswer(plan: AnswerPlan, pair: SigningPair): Buffer {
  return signAsHost(hostAnswerText(plan, keyIdOf(pair)), pair);
}
