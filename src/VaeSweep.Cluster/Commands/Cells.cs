using System.Globalization;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Commands;

/// <summary>Values of a query: null, long, double, string, bool or byte[], and nothing of the type is lost.</summary>
internal static class Cells
{
    private enum Kind : byte
    {
        Null,
        False,
        True,
        Long,
        Double,
        Text,
        Bytes,
    }

    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static void Write(WireWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.Word(Kind.Null);
                break;
            case bool truth:
                writer.Word(truth ? Kind.True : Kind.False);
                break;
            case long or int:
                writer.Word(Kind.Long);
                writer.Long(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float:
                writer.Word(Kind.Double);
                writer.Double(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case string text:
                writer.Word(Kind.Text);
                writer.Text(text);
                break;
            case byte[] bytes:
                writer.Word(Kind.Bytes);
                writer.Bytes(bytes);
                break;
            default:
                throw new ArgumentException(
                    $"A query's value has type {value.GetType().Name}; allowed: null, long, int, bool, double, string, byte[].");
        }
    }

    public static object? Read(ref WireReader reader) => reader.Word<Kind>() switch
    {
        Kind.Null => null,
        Kind.False => false,
        Kind.True => true,
        Kind.Long => reader.Long(),
        Kind.Double => reader.Double(),
        Kind.Text => reader.Text(),
        _ => reader.Bytes().ToArray(),
    };
}
