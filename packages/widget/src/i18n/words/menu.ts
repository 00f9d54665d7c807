/** What only the menu says, in English. */
export const menuWords = {
  transcript: 'Save transcript',
  transcriptOf: 'Conversation with {name}',
  sound: 'Sound for new messages',
  language: 'Language',
};
