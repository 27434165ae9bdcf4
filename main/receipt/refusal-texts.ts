import type { Language } from '../contracts/languages.ts';
import { refusalTextCode, type RefusalCode } from '../foundation/refusals.ts';

type PrintedCode = Exclude<RefusalCode, 'RF-11' | 'RF-12' | 'RF-31'>;

/** Reasons as the customer reads them. RF-11, RF-12 and RF-31 have none of their own, so that nothing is disclosed. [requirements §7, Q-34] */
const REFUSAL_TEXTS: Readonly<Record<PrintedCode, Readonly<Record<Language, string>>>> = {
  'RF-01': { kk: 'Сізді анықтау мүмкін болмады', ru: 'Не удалось подтвердить личность', en: 'We could not confirm who you are' },
  'RF-02': { kk: 'Қаражат жеткіліксіз', ru: 'Недостаточно средств', en: 'Not enough money' },
  'RF-03': { kk: 'Толықтырудың ең көп сомасынан асты', ru: 'Превышена сумма пополнения', en: 'Above the top-up maximum' },
  'RF-04': { kk: 'Банк лимитінен асты', ru: 'Превышен лимит банка', en: 'Above the bank’s limit' },
  'RF-05': { kk: 'Картаңыздың банкі шектеу қойған', ru: 'Ограничение вашего банка', en: 'A limit of your card’s bank' },
  'RF-06': { kk: 'Картаңыздың банкі рұқсат бермеді', ru: 'Банк карты отклонил операцию', en: 'Your card’s bank did not allow it' },
  'RF-07': { kk: 'Валюта сәйкес келмейді', ru: 'Валюта не совпадает', en: 'The currency does not match' },
  'RF-08': { kk: 'Бұл валютаға бағам жоқ', ru: 'Нет курса для этой валюты', en: 'There is no rate for this currency' },
  'RF-09': { kk: 'Бұл валюта қабылданбайды', ru: 'Валюта не принимается', en: 'This currency is not accepted' },
  'RF-10': { kk: 'Операция орындалмады, банкке хабарласыңыз', ru: 'Операция не выполнена, обратитесь в банк', en: 'The operation was not completed, please contact your bank' },
  'RF-13': { kk: 'Құжат қажет, бөлімшеге келіңіз', ru: 'Нужны документы, обратитесь в отделение', en: 'Documents are needed, please visit a branch' },
  'RF-14': { kk: 'Заң талабы бойынша бас тартылды', ru: 'Отказ по требованию закона', en: 'Refused as the law requires' },
  'RF-15': { kk: 'Деректемелерді тексеріңіз', ru: 'Проверьте реквизиты', en: 'Please check the details' },
  'RF-16': { kk: 'Қызмет уақытша шектелген', ru: 'Обслуживание ограничено', en: 'Service is limited for now' },
  'RF-17': { kk: 'Банк алдында берешек бар', ru: 'Есть задолженность перед банком', en: 'There is a debt to the bank' },
  'RF-18': { kk: 'Шот бойынша шектеу бар', ru: 'По счёту есть ограничение', en: 'The account is restricted' },
  'RF-19': { kk: 'Операция қолжетімсіз', ru: 'Операция недоступна', en: 'The operation is not available' },
  'RF-20': { kk: 'Қолжетімділік бұғатталған', ru: 'Доступ заблокирован', en: 'Access is blocked' },
  'RF-21': { kk: 'Сенім білдірілген тұлға келіспеді', ru: 'Доверенное лицо не подтвердило', en: 'The trusted person did not confirm' },
  'RF-22': { kk: 'Алушының карта нөмірін енгізіңіз', ru: 'Введите номер карты получателя', en: 'Enter the payee’s card number' },
  'RF-23': { kk: 'Алушы табылмады', ru: 'Получатель не найден', en: 'The payee was not found' },
  'RF-24': { kk: 'Қызмет уақытша қолжетімсіз', ru: 'Услуга временно недоступна', en: 'The service is not available for now' },
  'RF-25': { kk: 'Бұл терминалда көрсетілмейді', ru: 'Недоступно в этом терминале', en: 'Not offered at this terminal' },
  'RF-26': { kk: 'Шетелдік карта қабылданбайды', ru: 'Карта иностранного банка не принимается', en: 'Foreign cards are not accepted' },
  'RF-27': { kk: 'Карталар саны шегінен асты', ru: 'Превышено число карт', en: 'Too many cards' },
  'RF-28': { kk: 'Құқығыңыз жеткіліксіз', ru: 'Недостаточно прав', en: 'Your access level is too low' },
  'RF-29': { kk: 'Деректерді өзгерту тоқтатыла тұрды', ru: 'Изменение данных приостановлено', en: 'The change of data is on hold' },
  'RF-30': { kk: 'Шот жабылған', ru: 'Счёт закрыт', en: 'The account is closed' },
  'RF-32': { kk: 'Бала картасына шектеу бар', ru: 'Ограничение детской карты', en: 'A limit of the child’s card' },
  'RF-33': { kk: 'Әмияннан қолма-қол ақша алынбайды', ru: 'Наличные из кошелька не выдаются', en: 'Cash cannot be drawn from the wallet' },
  'RF-34': { kk: 'Байланыс жоқ', ru: 'Нет связи', en: 'There is no connection' },
};

/** What paper and messages say for a refusal; the true code stays in journal and host. */
export function refusalText(code: RefusalCode, language: Language): string {
  return REFUSAL_TEXTS[refusalTextCode(code) as PrintedCode][language];
}
