// All a business has to put on its own origin, so that browsers can tell of replies.
importScripts('/sdk/v1/push.js');
