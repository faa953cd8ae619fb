using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace VaeSweep.Cli.Dashboard;

/// <summary>The files of the page, which src/web builds and this program has inside. An address is looked up among
/// their names: it is never taken for a path.</summary>
internal sealed class PageFiles
{
    /// <summary>A folder to take them from instead, for who works at the page.</summary>
    public const string Variable = "VAESWEEP_DASHBOARD_PAGE";

    private const string Start = "dashboard/";
    private const string Index = "index.html";
    private const string Brotli = ".br";

    private const string Absent = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>vaesweep</title>
        <p>This vaesweep was built without the dashboard's page, which npm builds. Install npm (Debian: apt-get install npm) and
        run ./vaesweep again: it builds the page once. What the page asks is answered all the same: docs/dashboard.md.</p></html>
        """;

    private static readonly Dictionary<string, string> _types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml", [".png"] = "image/png", [".ico"] = "image/x-icon", [".woff2"] = "font/woff2",
        [".json"] = "application/json", [".map"] = "application/json", [".txt"] = "text/plain; charset=utf-8",
    };

    private readonly IReadOnlyDictionary<string, Func<byte[]>> _files;
    private readonly ConcurrentDictionary<string, Reply> _read = new(StringComparer.Ordinal);
    private readonly bool _isKept;

    private PageFiles(IReadOnlyDictionary<string, Func<byte[]>> files, bool isKept) => (_files, _isKept) = (files, isKept);

    public bool Any => _files.ContainsKey(Index);

    public static PageFiles Find(CliHost host)
    {
        if (host.Environment(Variable) is { Length: > 0 } folder)
        {
            var root = Path.GetFullPath(folder);
            return new PageFiles(
                Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(
                    file => Path.GetRelativePath(root, file).Replace('\\', '/'),
                    file => (Func<byte[]>)(() => File.ReadAllBytes(file)), StringComparer.Ordinal), isKept: false);
        }

        var assembly = typeof(PageFiles).Assembly;
        return new PageFiles(
            assembly.GetManifestResourceNames().Where(name => name.StartsWith(Start, StringComparison.Ordinal)).ToDictionary(
                name => name[Start.Length..], name => (Func<byte[]>)(() => Read(assembly.GetManifestResourceStream(name)!)),
                StringComparer.Ordinal), isKept: true);
    }

    /// <param name="header">Accept-Encoding.</param>
    /// <param name="headers">Of the answer.</param>
    public Reply Find(string path, string header, IHeaderDictionary headers)
    {
        var name = Routes.IsPage(path) ? Index : path[1..];
        if (!_files.ContainsKey(name))
        {
            return name == Index ? Reply.Of(Encoding.UTF8.GetBytes(Absent), _types[".html"])
                : throw new HttpFault(404, "the page has no such file.");
        }

        // Files have a part of their content in their names; the page itself names them.
        if (name.StartsWith("assets/", StringComparison.Ordinal))
            headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        if (header.Contains("br", StringComparison.Ordinal) && _files.ContainsKey(name + Brotli))
        {
            headers.ContentEncoding = "br";
            return Load(name + Brotli, name, bytes => bytes);
        }

        if (header.Contains("gzip", StringComparison.Ordinal) && TypeOf(name).StartsWith("text/", StringComparison.Ordinal))
        {
            headers.ContentEncoding = "gzip";
            return Load(name, name, Compressed, name + " gzip");
        }

        return Load(name, name, bytes => bytes);
    }

    private Reply Load(string file, string name, Func<byte[], byte[]> convert, string? key = null) => _isKept
        ? _read.GetOrAdd(key ?? file, _ => Reply.Of(convert(_files[file]()), TypeOf(name)))
        : Reply.Of(convert(_files[file]()), TypeOf(name));

    private static string TypeOf(string name) => _types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");

    private static byte[] Read(Stream stream)
    {
        using (stream)
        {
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return stream.ToArray();
    }
}
