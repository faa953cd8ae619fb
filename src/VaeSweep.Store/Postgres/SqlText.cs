using System.Text;

namespace VaeSweep.Store.Postgres;

/// <summary>A user's SQL with its @names numbered as the server wants them ($1, $2, ...).</summary>
/// <param name="Text">What is sent.</param>
/// <param name="Names">The parameters in the order of their numbers, without the sign.</param>
internal sealed record SqlText(string Text, IReadOnlyList<string> Names, IReadOnlyList<(int Sent, int Written)> Shifts)
{
    /// <summary>Strings, quoted names, dollar quotes and comments are passed over.</summary>
    /// <exception cref="StoreQueryException">There is more than one statement, or none.</exception>
    public static SqlText Parse(string sql)
    {
        var (text, names, shifts) = (new StringBuilder(sql.Length), new List<string>(), new List<(int, int)>());
        var (position, ended, any) = (0, false, false);
        while (position < sql.Length)
        {
            var next = Skip(sql, position);
            if (next > position)
            {
                any |= sql[position] is '\'' or '"' or '$';
                text.Append(sql, position, next - position);
                position = next;
                continue;
            }

            var c = sql[position];
            if (ended && !char.IsWhiteSpace(c) && c != ';')
                throw QueryAdvice.Several(position);
            if (c == ';')
            {
                ended = true;
                position++;
                continue;
            }

            any |= !char.IsWhiteSpace(c);
            if (c == '@' && position + 1 < sql.Length && IsNameStart(sql[position + 1]) && (position == 0 || !IsOperator(sql[position - 1])))
            {
                var end = position + 1;
                while (end < sql.Length && IsNamePart(sql[end]))
                    end++;
                var name = sql[(position + 1)..end];
                var number = names.IndexOf(name);
                if (number < 0)
                {
                    names.Add(name);
                    number = names.Count - 1;
                }

                text.Append('$').Append(number + 1);
                position = end;
                shifts.Add((text.Length, position));
                continue;
            }

            text.Append(c);
            position++;
        }

        return any
            ? new SqlText(text.ToString(), names, shifts)
            : throw QueryAdvice.Empty();
    }

    /// <summary>From an offset into what was sent to one into what was written.</summary>
    public int Written(int sent)
    {
        var shift = 0;
        foreach (var (to, from) in Shifts)
        {
            if (to <= sent)
                shift = from - to;
        }

        return sent + shift;
    }

    /// <returns>The end of the quoted or commented piece that begins here; the position itself when none does.</returns>
    private static int Skip(string sql, int position)
    {
        var rest = sql.AsSpan(position);
        if (rest[0] is '\'' or '"')
            return End(position + 1, rest[0].ToString());
        if (rest.StartsWith("--"))
            return End(position, "\n");
        if (rest.StartsWith("/*"))
            return End(position + 2, "*/");
        if (rest[0] == '$')
        {
            var close = rest[1..].IndexOf('$');
            if (close >= 0 && rest.Slice(1, close).IndexOfAnyExceptInRange('A', 'z') < 0)
                return End(position + close + 2, rest[..(close + 2)].ToString());
        }

        return position;

        int End(int from, string mark)
        {
            var end = sql.IndexOf(mark, from, StringComparison.Ordinal);
            return end < 0 ? sql.Length : end + mark.Length;
        }
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsOperator(char c) => c is '@' or '<' or '>' or '?' or '|' or '&';
}
