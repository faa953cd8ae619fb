using System.Globalization;
using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>What a document is called to a person: <c>trials/17</c>.</summary>
internal static class DocumentName
{
    public static string Of(string? collection, BsonValue id) => $"{collection ?? "?"}/{Key(id)}";

    private static string Key(BsonValue id) =>
        id.IsInt64 ? id.AsInt64.ToString(CultureInfo.InvariantCulture) : id.IsString ? id.AsString : id.ToString();
}
