interface Phrases {
  /** The first thing a bot says. */
  automatic: string;
  /** While a person decides. */
  checking: string;
  /** Where it ends without the model. */
  person: string;
}

/** What a bot says in the relay's own words, in the languages of the widget. */
const PHRASES: Record<string, Phrases> = {
  en: {
    automatic: 'You are chatting with an automated assistant. Ask for a person at any time.',
    checking: 'A person has to agree to this first. One moment, please.',
    person: 'A person takes over from here.',
  },
  de: {
    automatic:
      'Hier antwortet ein automatischer Assistent. Sie können jederzeit nach einem Menschen fragen.',
    checking: 'Dem muss erst ein Mensch zustimmen. Einen Moment, bitte.',
    person: 'Ab hier übernimmt ein Mensch.',
  },
  fr: {
    automatic:
      'Un assistant automatique vous répond. Vous pouvez demander une personne à tout moment.',
    checking: 'Une personne doit d’abord donner son accord. Un instant, s’il vous plaît.',
    person: 'Une personne prend le relais.',
  },
  es: {
    automatic:
      'Le responde un asistente automático. Puede pedir hablar con una persona en cualquier momento.',
    checking: 'Una persona debe aprobarlo primero. Un momento, por favor.',
    person: 'A partir de aquí le atiende una persona.',
  },
  it: {
    automatic:
      'Le risponde un assistente automatico. Può chiedere di una persona in qualsiasi momento.',
    checking: 'Prima una persona deve dare il consenso. Un momento, per favore.',
    person: 'Da qui in poi se ne occupa una persona.',
  },
  nl: {
    automatic: 'U chat met een automatische assistent. U kunt op elk moment om een persoon vragen.',
    checking: 'Een persoon moet hier eerst mee instemmen. Een ogenblik, alstublieft.',
    person: 'Vanaf hier neemt een persoon het over.',
  },
  pl: {
    automatic:
      'Odpowiada automatyczny asystent. W każdej chwili można poprosić o rozmowę z człowiekiem.',
    checking: 'Najpierw musi to zatwierdzić człowiek. Proszę o chwilę cierpliwości.',
    person: 'Od tej chwili zajmie się tym człowiek.',
  },
  pt: {
    automatic:
      'Quem responde é um assistente automático. Pode pedir para falar com uma pessoa a qualquer momento.',
    checking: 'Uma pessoa precisa aprovar isto primeiro. Um momento, por favor.',
    person: 'A partir daqui, uma pessoa assume o atendimento.',
  },
  tr: {
    automatic:
      'Size otomatik bir asistan yanıt veriyor. İstediğiniz zaman bir kişiyle görüşmeyi isteyebilirsiniz.',
    checking: 'Bunu önce bir kişinin onaylaması gerekiyor. Lütfen biraz bekleyin.',
    person: 'Buradan sonra bir kişi devralıyor.',
  },
  ar: {
    automatic: 'يجيبك مساعد آلي. يمكنك طلب التحدث إلى شخص في أي وقت.',
    checking: 'يجب أن يوافق شخص على ذلك أولًا. لحظة من فضلك.',
    person: 'سيتولى شخص الأمر من هنا.',
  },
  he: {
    automatic: 'עונה לך עוזר אוטומטי. אפשר לבקש לדבר עם אדם בכל עת.',
    checking: 'אדם צריך לאשר זאת תחילה. רגע אחד, בבקשה.',
    person: 'מכאן אדם ימשיך את השיחה.',
  },
  ja: {
    automatic: '自動アシスタントがお答えしています。いつでも担当者とお話しいただけます。',
    checking: 'まず担当者の承認が必要です。少々お待ちください。',
    person: 'ここからは担当者が対応します。',
  },
};

/** In the visitor's language, or in English. */
export const phrase = (what: keyof Phrases, language: string | null): string =>
  (PHRASES[language?.split('-')[0]?.toLowerCase() ?? 'en'] ?? (PHRASES.en as Phrases))[what];
