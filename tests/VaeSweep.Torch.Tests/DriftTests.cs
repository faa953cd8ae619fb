using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch.Tests;

/// <summary>The header and its C# declarations are written by hand, twice; here they are held against each other.</summary>
public sealed partial class DriftTests
{
    [Fact]
    public void Every_function_of_the_header_is_declared_with_the_same_parameters()
    {
        var header = Header();

        var declared = typeof(Native).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(m => m.Name.StartsWith("vs_", StringComparison.Ordinal))
            .ToDictionary(m => m.Name, Widths, StringComparer.Ordinal);

        Assert.Equal(header.Keys.Order(StringComparer.Ordinal), declared.Keys.Order(StringComparer.Ordinal));
        Assert.All(header, f => Assert.True(f.Value == declared[f.Key], $"{f.Key}: the header has ({f.Value}), C# has ({declared[f.Key]})"));
    }

    [Fact]
    public void Both_sides_have_the_same_interface_version()
    {
        var version = int.Parse(VersionLine().Match(HeaderText()).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(Native.AbiVersion, version);
    }

    private static Dictionary<string, string> Header() => Declaration().Matches(Comment().Replace(HeaderText(), "")).ToDictionary(
        m => m.Groups["name"].Value,
        m => string.Join(' ', m.Groups["args"].Value.Split(',').Where(a => a.Trim() != "void").Select(WidthOfC).Append(WidthOfC(m.Groups["result"].Value + " result"))),
        StringComparer.Ordinal);

    private static string WidthOfC(string parameter)
    {
        var type = parameter.Trim()[..parameter.Trim().LastIndexOf(' ')].Trim();
        return type switch
        {
            _ when type.EndsWith('*') => "pointer",
            "vs_tensor" or "vs_generator" => "pointer",
            "vs_status" or "int32_t" => "int32",
            "int64_t" => "int64",
            "uint64_t" => "uint64",
            "double" => "double",
            "void" => "void",
            _ => throw new InvalidOperationException($"the header uses '{type}', whose width is not fixed"),
        };
    }

    private static string Widths(MethodInfo method) =>
        string.Join(' ', method.GetParameters().Select(p => WidthOf(p.ParameterType)).Append(WidthOf(method.ReturnType)));

    private static string WidthOf(Type type) => type switch
    {
        _ when type.IsByRef || type.IsPointer || type == typeof(nint) || typeof(SafeHandle).IsAssignableFrom(type) => "pointer",
        _ when type == typeof(int) => "int32",
        _ when type == typeof(long) => "int64",
        _ when type == typeof(ulong) => "uint64",
        _ when type == typeof(double) => "double",
        _ when type == typeof(void) => "void",
        _ => throw new InvalidOperationException($"{type} must not cross the border"),
    };

    private static string HeaderText()
    {
        using var stream = typeof(DriftTests).Assembly.GetManifestResourceStream("vs_torch.h")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"VS_API\s+(?<result>[^;(]*?)(?<name>vs_\w+)\s*\((?<args>[^;]*)\)\s*;", RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"#define VS_ABI_VERSION (\d+)")]
    private static partial Regex VersionLine();
}
