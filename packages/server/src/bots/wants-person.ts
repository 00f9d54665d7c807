/**
 * Phrases by which people ask for a person, in the languages the widget speaks. Words in any order are not
 * looked for: what is not said like this, a choice of the flow has to offer.
 */
const PHRASES: Record<string, string[]> = {
  en: [
    '(speak|talk|chat)(ing)? (to|with) (a|an|some|the|your)?\\s*(real |live |actual )?(human|person|people|agent|someone|somebody|representative|operator|advisor)',
    '(want|need|like|get me|give me|connect me (to|with)|transfer me to|put me through to) (a |an )?(real |live |actual )?(human|person|agent|representative|operator)',
    '(real|live) (human|person|agent)',
    '(human|agent|representative|operator),? please',
  ],
  de: [
    "(mit|an|zu) (einem|einer|nem|ner|'nem) (echten |richtigen )?(mensch(en)?|person|mitarbeiter(in)?|berater(in)?|kollegen)",
    '(einen|eine|ein) (echten?|richtigen?) (mensch(en)?|person|mitarbeiter(in)?|berater(in)?)',
    "(will|möchte|brauche|bitte) (einen |eine |'nen )?(mensch(en)?|mitarbeiter(in)?|berater(in)?|echte person)",
    'mit (jemandem|jemand) (sprechen|reden|schreiben)',
    '(mensch|mitarbeiter),? bitte',
  ],
  fr: [
    "(parler|discuter|échanger) (à|avec) (quelqu'un|(un |une )?(vrai |vraie )?(humain|personne|conseiller|conseillère|agent|opérateur))",
    "(veux|voudrais|besoin d'|souhaite) ?(un |une )?(vrai |vraie )?(humain|personne|conseiller|conseillère|agent|opérateur)",
    '(vrai|vraie) (humain|personne|conseiller)',
  ],
  es: [
    '(hablar|chatear|comunicarme) con (un |una |alguna )?(verdader[oa] )?(humano|persona|agente|asesora?|operadora?|representante|alguien)',
    '(quiero|necesito|quisiera) (a )?(un |una )(humano|persona|agente|asesora?|operadora?)',
    'persona (real|de verdad)',
  ],
  it: [
    "(parlare|chattare) (con|a) (un |una |un')?\\s*(vera |vero )?(umano|persona|operatore|operatrice|agente|essere umano|qualcuno)",
    "(voglio|vorrei|mi serve) (un |una |un')\\s*(umano|persona|operatore|operatrice|agente)",
    'persona (vera|reale)',
  ],
  nl: [
    '(met|naar) (iemand|(een )?(echte? )?(mens|persoon|medewerker)) (praten|spreken|chatten|doorverb)',
    '(praten|spreken|chatten) met (iemand|(een )?(echte? )?(mens|persoon|medewerker))',
    '(iemand|(een )?medewerker) (spreken|aan de lijn)',
    '(wil|wilde) (een )?(echte? )?(mens|medewerker)',
    'echte? (mens|persoon|medewerker)',
  ],
  pl: [
    '(rozmawiać|porozmawiać|pogadać|połączyć|rozmowa|rozmowę) z(e)? (żywym |prawdziwym )?(człowiekiem|konsultantem|konsultantką|osobą|pracownikiem|doradcą|kimś)',
    '(chcę|potrzebuję|poproszę) (żywego |prawdziwego )?(człowieka|konsultanta|konsultantkę|pracownika|doradcę)',
  ],
  pt: [
    '(falar|conversar) com (um |uma |algum |alguma )?(verdadeir[oa] )?(humano|pessoa|atendente|agente|operadora?|alguém)',
    '(quero|preciso de|queria) (um |uma )(humano|pessoa|atendente|agente|operadora?)',
    'pessoa (real|de verdade)',
  ],
  tr: [
    '(gerçek |canlı )?(bir )?(insanla|temsilciyle|temsilci ile|kişiyle|kişi ile|yetkiliyle|yetkili ile|biriyle|biri ile|operatörle|insan ile) (görüş|konuş|yazış)',
    '(müşteri temsilcisi|canlı destek|gerçek (bir )?(insan|kişi)) ?(istiyorum|lütfen|ile|bağla)?',
  ],
  ar: [
    '(التحدث|أتحدث|اتحدث|الكلام|أتكلم|اتكلم|التواصل|أتواصل|اتواصل) (مع|إلى|الى) (شخص|موظف|موظفة|إنسان|انسان|ممثل|أحد|احد|بشري)',
    '(أريد|اريد|أحتاج|احتاج) (شخصا|شخصًا|شخص|موظفا|موظفًا|موظف|إنسانا|إنسان|انسان)',
    '(شخص|موظف) حقيقي',
  ],
  he: [
    '(לדבר|להתכתב|לשוחח) עם (נציגה|נציג|בן אדם|בן-אדם|אדם|מישהו|אנושי)',
    '(רוצה|צריך|צריכה|אפשר) (נציגה|נציג|בן אדם|מענה אנושי)',
    '(נציג|מענה) אנושי',
  ],
  ja: [
    '(人間|担当者|オペレーター|オペレータ|有人|スタッフ|係の人|人)(と|に|へ)(直接)?(話|はな|つな|繋|相談|代わ|替わ|チャット|接続)',
    '(担当者|オペレーター|人間)(を|に)?(お願い|おねがい|出して|呼んで|代わって)',
    '有人(対応|チャット)',
  ],
};

/** A letter before or after makes it another word; where words are not parted by spaces, nothing does. */
const partedWords = (phrases: string[]): string => `(?<![\\p{L}\\p{N}])(?:${phrases.join('|')})`;

const { ja = [], ...parted } = PHRASES;
const ASKS = new RegExp(`${partedWords(Object.values(parted).flat())}|${ja.join('|')}`, 'u');

/** Says no instead: who does not want a person has not asked for one. */
const REFUSES =
  /(?<!\p{L})(do not|don't|dont|no need|kein(en|e)?|nicht|ne veux pas|no quiero|non voglio|geen|nie chcę|não quero)(?!\p{L})/u;

const MAX_CHARS = 5000;

const plain = (text: string): string =>
  text
    .slice(0, MAX_CHARS)
    .normalize('NFKC')
    .replaceAll('’', "'")
    .toLowerCase()
    .replace(/\s+/g, ' ');

/** Whether somebody asks for a person. It is looked for before any flow is asked. */
export function wantsPerson(text: string): boolean {
  const said = plain(text);
  const found = ASKS.exec(said);
  if (!found) return false;
  const clause =
    said
      .slice(0, found.index)
      .split(/[.,;:!?]/)
      .at(-1) ?? '';
  return !REFUSES.test(clause + found[0]);
}
