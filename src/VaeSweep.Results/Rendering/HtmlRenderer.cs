using System.Net;
using System.Text;

namespace VaeSweep.Results;

/// <summary>A figure with a table, its caption and its notes; styles are the page's.</summary>
internal static class HtmlRenderer
{
    public static string Render(Table table)
    {
        var html = new StringBuilder("<figure class=\"vaesweep-table\">\n");
        if (table.Caption is not null)
            html.Append("<figcaption>").Append(Escape(table.Caption)).Append("</figcaption>\n");

        html.Append("<table>\n<thead><tr>");
        foreach (var column in table.Columns)
        {
            html.Append(column.Number ? "<th scope=\"col\" class=\"number\" style=\"text-align:right\">" : "<th scope=\"col\">")
                .Append(Escape(column.Heading)).Append("</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                var text = Escape(row[i].Text);
                html.Append(table.Columns[i].Number ? "<td class=\"number\" style=\"text-align:right\">" : "<td>")
                    .Append(row[i].Bold ? $"<strong>{text}</strong>" : text).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
        foreach (var note in table.Notes ?? [])
            html.Append("<p class=\"note\"><small>").Append(Escape(note)).Append("</small></p>\n");

        return html.Append("</figure>\n").ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
