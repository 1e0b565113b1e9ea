-- What P5 asks for at both sizes with equally many hits: 900 members strewn evenly over the list, found by one word.
-- The same text for both databases; runs once, on a portal that `concierge demo` made.
INSERT INTO member_word (workspace_id, word, membership_id)
SELECT workspace_id, 'quixotry', id
FROM (SELECT m.workspace_id, m.id, ROW_NUMBER() OVER (ORDER BY m.sort_name, m.id) AS place, COUNT(*) OVER () AS members
      FROM membership m JOIN workspace w ON w.id = m.workspace_id
      WHERE w.slug = 'riverton' AND m.ends_at > '9999-01-01'
        AND EXISTS (SELECT 1 FROM role_assignment x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND x.ends_at > '9999-01-01')) list
WHERE place * 900 / members <> (place - 1) * 900 / members;
