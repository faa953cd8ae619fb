using System.Buffers;
using System.Text;
using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>Turns the configurations of many trials into small numbers: a path has a column, each of its values a code. Sweeps
/// have few distinct values and many trials, so a trial costs a few bytes a path instead of its whole JSON.</summary>
internal sealed class ConfigIndex
{
    public const int Absent = -1;

    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];
    private readonly List<List<SettingValue>> _values = [];
    private readonly List<Dictionary<string, int>> _codes = [];

    public IReadOnlyList<string> Paths => _paths;

    public int? ColumnOf(string path) => _columns.TryGetValue(path, out var column) ? column : null;

    /// <summary>All that a path has been seen with.</summary>
    public IReadOnlyList<SettingValue> Values(int column) => _values[column];

    public SettingValue? Value(int column, int code) => code == Absent || column == Absent ? null : _values[column][code];

    /// <returns>For each path seen so far the code of this configuration's value; paths seen later are absent from it.</returns>
    public int[] Add(string configJson) => Read(configJson, []);

    /// <summary>As <see cref="Add(string)"/> of a configuration that is told by what it has besides another's.</summary>
    public int[] Add(int[] baseCodes, string changesJson) => Read(changesJson, baseCodes);

    public static int CodeAt(int[] row, int column) => (uint)column < (uint)row.Length ? row[column] : Absent;

    private int[] Read(string configJson, int[] known)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(configJson.Length));
        var chars = ArrayPool<char>.Shared.Rent(configJson.Length + 1);
        try
        {
            var length = Encoding.UTF8.GetBytes(configJson, bytes);
            var reader = new Utf8JsonReader(bytes.AsSpan(0, length));
            var row = new int[_paths.Count];
            known.CopyTo(row, 0);
            Array.Fill(row, Absent, known.Length, row.Length - known.Length);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = chars.AsSpan(0, reader.CopyString(chars));
                if (!_columns.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var column))
                    column = AddPath(name.ToString());

                if (column >= row.Length)
                {
                    var seen = row.Length;
                    Array.Resize(ref row, _paths.Count);
                    Array.Fill(row, Absent, seen, row.Length - seen);
                }

                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var value = chars.AsSpan(0,
                    Encoding.UTF8.GetChars(bytes.AsSpan(start, (int)reader.BytesConsumed - start), chars));
                row[column] = CodeOf(column, value);
            }

            return row;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    private int AddPath(string path)
    {
        _columns.Add(path, _paths.Count);
        _paths.Add(path);
        _values.Add([]);
        _codes.Add(new Dictionary<string, int>(StringComparer.Ordinal));
        return _paths.Count - 1;
    }

    private int CodeOf(int column, ReadOnlySpan<char> json)
    {
        var codes = _codes[column].GetAlternateLookup<ReadOnlySpan<char>>();
        if (codes.TryGetValue(json, out var code))
            return code;

        var text = json.ToString();
        _values[column].Add(new SettingValue(text, _values[column].Count));
        _codes[column].Add(text, _values[column].Count - 1);
        return _values[column].Count - 1;
    }
}
