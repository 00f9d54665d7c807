/** What only the menu and the list of conversations say, in English. */
export const menuWords = {
  newConversation: 'New conversation',
  noConversations: 'Nothing here yet.',
  notKept: 'This browser keeps nothing: conversations end when this tab is closed.',
  transcript: 'Save transcript',
  transcriptOf: 'Conversation with {name}',
  sound: 'Sound for new messages',
  language: 'Language',
  push: 'Tell me of replies here',
  pushBlocked: 'Notifications are blocked in your browser.',
  pushFailed: 'That did not work. Please try again later.',
};
