/** What only articles say, in English. */
export const articleWords = {
  articleMissing: 'This article is no longer here.',
  articleFailed: 'The article could not be loaded.',
  articlePage: 'Open as a page',
  articleAsk: 'Ask us',
};
