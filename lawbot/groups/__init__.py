"""Group robots of WeCom, DingTalk and Feishu, and e-mail: posts to groups, never to persons."""
